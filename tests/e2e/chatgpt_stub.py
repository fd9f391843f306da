"""A stub of OpenAI's Responses API that returns `A fox in the snow, N`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatGptStub:
    """Responds to POST /v1/responses; `calls` contains the request bodies."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.calls.append(body)
                answer = json.dumps(stub.answer(len(stub.calls))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> ChatGptStub:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, number: int) -> dict[str, Any]:
        written = {
            "prompt": f"a flat illustration of a fox in the snow, number {number}",
            "negative_prompt": "blurry",
            "title": f"Fox {number}",
            "tags": ["fox", "snow"],
            "alt_text": "A fox stands in the snow.",
        }
        text = {"type": "output_text", "text": json.dumps(written), "annotations": [], "logprobs": []}
        message = {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [text],
        }
        return {
            "id": f"resp_{number}",
            "object": "response",
            "created_at": 1_700_000_000,
            "status": "completed",
            "model": "gpt-5.5",
            "output": [message],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": 200,
                "input_tokens_details": {"cached_tokens": 0},
                "output_tokens": 80,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 280,
            },
        }
