"""Serves a release on loopback: the binary under test, packed and named as the release workflow does.

Can serve it damaged, so that the action's checks are seen to fail.
"""

import hashlib
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def pack(folder, binary, version, target):
    """The archive of a release and its SHA256SUMS, in `folder`; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"pybump-{version}-{target}"
    archive = folder / f"{name}.tar.gz"
    if not archive.exists():
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(binary, f"{name}/pybump")
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        others = [f"{'0' * 64}  pybump-{version}-{other}" for other in ("aarch64-apple-darwin.tar.gz", "x.zip")]
        (folder / "SHA256SUMS").write_text("\n".join([others[0], f"{digest}  {archive.name}", others[1]]) + "\n")
    return archive


def serve(folder, version, damage):
    """Serves `folder` as the releases of `version`; the address that stands for `…/releases/download`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = folder / self.path.removeprefix(f"/v{version}/")
            there = self.path.startswith(f"/v{version}/") and path.is_file() and damage != "missing"
            body = path.read_bytes() if there else b""
            if damage == "flipped" and path.name.endswith(".tar.gz"):
                body = body[:-1] + bytes([body[-1] ^ 1])
            if damage == "unnamed" and path.name == "SHA256SUMS":
                body = b""
            self.send_response(200 if there else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
