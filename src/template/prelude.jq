# What jq has and jaq lacks or does otherwise, as jq's manual describes it.

def env: $ENV;

# There is nowhere to write to.
def debug: .;
def debug(message): .;
def stderr: .;

def IN(s): any(s == .; .);
def IN(source; s): any(source == s; .);

def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);

# Values other than strings pass through.
def ltrimstr($start):
  if isstring and ($start | isstring) and startswith($start) then .[($start | length):] else . end;
def rtrimstr($end):
  if isstring and ($end | isstring) and endswith($end) then .[:length - ($end | length)] else . end;

# null joins as an empty string.
def join($separator):
  reduce .[] as $item (null;
    (if . == null then "" else . + $separator end)
    + ($item | if isboolean or isnumber then tojson else . // "" end)
  ) // "";
