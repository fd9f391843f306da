"""A stub of the inference service that responds immediately with the same image, to measure the control plane."""

from __future__ import annotations

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SIDE = 256


def sample_png() -> bytes:
    """Return a 256 x 256 PNG about as large as a generated one."""
    from PIL import Image

    gradient = Image.linear_gradient("L")
    noise = Image.effect_noise((SIDE, SIDE), 24)
    pixels = Image.merge("RGB", (gradient, noise, gradient.rotate(90)))
    file = io.BytesIO()
    pixels.save(file, "PNG", compress_level=1)
    return file.getvalue()


class StubInferenceService:
    """Serves the inference service's API on a free port, in threads of this process."""

    def __init__(self) -> None:
        encoded = base64.b64encode(sample_png()).decode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                model = {"model": "starter", "width": SIDE, "height": SIDE, "steps": 20, "samplers": ["ddim"]}
                body = {"object": "list", "data": [{"id": "starter", "object": "model", "profile": model}]}
                self._send_json(body if self.path == "/v1/models" else {"status": "ready"})

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                done = {
                    "type": "image_generation.completed",
                    "b64_json": encoded,
                    "created_at": 0,
                    "size": f"{SIDE}x{SIDE}",
                    "quality": "auto",
                    "background": "opaque",
                    "output_format": "png",
                    "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
                    "seed": request.get("seed", 0),
                    "sampler": "ddim",
                    "model": "starter",
                    "revision": "instant",
                    "painting_ms": 1,
                }
                stream = f"event: {done['type']}\ndata: {json.dumps(done)}\n\n".encode()
                self._send(stream, "text/event-stream")

            def _send_json(self, body: dict[str, Any]) -> None:
                self._send(json.dumps(body).encode(), "application/json")

            def _send(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Keep the benchmark's output to its table."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> StubInferenceService:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
