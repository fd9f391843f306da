"""LitServe around the plain pipeline: `python -m benchmarks.baselines.lit --port 8000 --batch 4`.

LitServe batches any requests and responds when the slowest is done. A pipeline accepts only requests with the same
number of steps, so this loop, a variant of LitServe's, batches the request that has waited longest with later requests
of the same kind.
"""

# LitServe reads the types of `decode_request` when it starts, so they must be types, not texts.
import argparse
from queue import Empty
from typing import Any

import litserve  # type: ignore[import-not-found, unused-ignore]  # only in the environment of the baselines
from litserve.loops.simple_loops import BatchedLoop  # type: ignore[import-not-found, unused-ignore]  # likewise

from benchmarks.baselines.plain import BaselineRequest, PlainPipeline, parse_request, response_body

IDLE_S = 1.0  # between two looks at whether the server ends


class ImagesApi(litserve.LitAPI):  # type: ignore[misc, unused-ignore]
    """JSON in, one base64 PNG out."""

    def setup(self, device: str) -> None:
        self._pipeline = PlainPipeline()

    def decode_request(self, request: dict[str, Any]) -> BaselineRequest:
        return parse_request(request)

    def batch(self, inputs: list[BaselineRequest]) -> list[BaselineRequest]:
        return inputs

    def predict(self, requests: list[BaselineRequest]) -> list[str]:
        return self._pipeline.generate(requests)

    def unbatch(self, output: list[str]) -> list[str]:
        return output

    def encode_response(self, output: str) -> dict[str, Any]:
        return response_body(output)


class SameKindLoop(BatchedLoop):  # type: ignore[misc, unused-ignore]
    """Takes the oldest request with up to `max_batch_size - 1` others of its kind, and waits for none."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[Any, str, dict[str, Any]]] = []

    def get_batch_requests(self, lit_api: Any, request_queue: Any, transport: Any) -> tuple[list[Any], list[Any]]:
        self._collect(request_queue)
        if not self._waiting:
            return [], []
        kind = parse_request(self._waiting[0][2]).kind
        together = [each for each in self._waiting if parse_request(each[2]).kind == kind][: lit_api.max_batch_size]
        self._waiting = [each for each in self._waiting if each not in together]
        return together, []

    def _collect(self, request_queue: Any) -> None:
        """Everything that has come; where nothing waits, the next that comes."""
        try:
            while True:
                consumer, uid, _, body = request_queue.get(not self._waiting, IDLE_S)
                if uid is None:  # LitServe's sign that the server ends
                    raise SystemExit
                self._waiting.append((consumer, uid, body))
        except Empty:
            return


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--port", type=int, required=True)
    given.add_argument("--batch", type=int, required=True, help="most requests in one call of the pipeline")
    options = given.parse_args()
    api = ImagesApi(api_path="/v1/images/generations", max_batch_size=options.batch, loop=SameKindLoop())
    server = litserve.LitServer(api, accelerator="cpu", devices=1, workers_per_device=1, timeout=False)
    server.run(host="127.0.0.1", port=options.port, log_level="error", generate_client_file=False)


if __name__ == "__main__":
    main()
