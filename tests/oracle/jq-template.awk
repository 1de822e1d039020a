# Compiles a Dockerfile template to a jq program, for jq itself to run: the judge of src/template.
#
#   gawk -f tests/oracle/jq-template.awk Dockerfile-linux.template > program.jq
#   version=3.14 variant=trixie jq --join-output --from-file program.jq versions.json
#
# Fails on a block without an end and on a template that renders nothing; the program fails unless it yields one string.

function fail(message) {
	print FILENAME ": " message > "/dev/stderr"
	failed = 1
	exit 1
}

function occurrences(string, pattern) {
	return gsub(pattern, "", string)
}

function literal(string) {
	gsub(/["\\]/, "\\\\&", string)
	gsub(/\n/, "\\n", string)
	gsub(/\r/, "\\r", string)
	gsub(/\t/, "\\t", string)
	return "\"" string "\""
}

# Adds a term to the sum, with a plus sign unless a splice is open before or after it. The sign goes on the new line:
# a block may end in a comment.
function add(term) {
	if (sum != "" && substr(sum, length(sum)) != "(" && substr(term, 1, 1) != ")") {
		term = "+ " term
	}
	sum = sum "\n" term
}

function flush() {
	if (text != "") {
		add(literal(text))
	}
	text = ""
}

function block(code) {
	gsub(/^[[:space:]]+|[[:space:]]+$/, "", code)
	if (code == "" || (code ~ /^#/ && index(code, "\n") == 0)) {
		return
	}
	if (code ~ /^(def|include|import)[[:space:]]/) {
		definitions = definitions code ";\n"
		return
	}
	flush()
	add((code ~ /^[)]/ ? "" : "(") code (code ~ /[(]$/ ? "" : ")"))
}

function take_apart(lines,   at, stop, width) {
	while ((at = index(lines, "{{")) > 0) {
		text = text substr(lines, 1, at - 1)
		lines = substr(lines, at + 2)
		width = 4
		if ((stop = index(lines, "-}}\n")) == 0) {
			width = 2
			stop = index(lines, "}}")
		}
		if (stop == 0) {
			fail("a block has no end")
		}
		block(substr(lines, 1, stop - 1))
		lines = substr(lines, stop + width)
	}
	text = text lines
}

{
	line = $0 "\n"
	if (held == "") {
		if ((at = index(line, "{{")) == 0) {
			text = text line
			next
		}
		text = text substr(line, 1, at - 1)
		line = substr(line, at)
	}
	held = held line
	balance += occurrences(line, "[{][{]") - occurrences(line, "[}][}]")
	if (balance <= 0) {
		take_apart(held)
		held = ""
		balance = 0
	}
}

END {
	if (failed) {
		exit 1
	}
	if (held != "") {
		fail("a block has no end")
	}
	flush()
	if (sum == "") {
		fail("nothing to render")
	}
	printf "%s[.[env.version] | (%s\n)]\n", definitions, sum
	print "| if length == 1 and (.[0] | type) == \"string\" then .[0] else error(\"not one string\") end"
}
