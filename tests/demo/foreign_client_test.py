"""A foreign client: Debian's python3-grpcio with stubs made from proto/ asks over mutual TLS, and the receipt is
checked with the openssl command, without a line of the project's own libraries."""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import uuid

import enclave

stubs = pathlib.Path(os.environ["KLUIS_STUBS"])
stubs.mkdir(parents=True, exist_ok=True)
proto = pathlib.Path(os.environ["KLUIS_PROTO"])
subprocess.run(["protoc", f"-I{proto}", f"--python_out={stubs}", f"--grpc_out={stubs}",
                "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin", proto / "kluis/v1/enclave.proto"], check=True)
sys.path.insert(0, str(stubs))
import grpc  # noqa: E402
from kluis.v1 import enclave_pb2, enclave_pb2_grpc  # noqa: E402

SQL = "SELECT gemeente, geslacht, COUNT(*) AS n FROM persoon GROUP BY CUBE (gemeente, geslacht)"
bundle = json.loads(enclave.bundle("anna@heerlen.nl").read_text())


def channel(address, **credentials):
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(**credentials))


with enclave.served() as (_, address):
    good = channel(address, root_certificates=bundle["ca"].encode(), private_key=bundle["key"].encode(),
                   certificate_chain=bundle["certificate"].encode())
    stub = enclave_pb2_grpc.EnclaveServiceStub(good)
    assert stub.GetCaller(enclave_pb2.GetCallerRequest(), timeout=20).id == "anna@heerlen.nl"

    answer, receipt = b"", None
    request = enclave_pb2.RunQueryRequest(sql=SQL, project="projects/heerlen", request_id=str(uuid.uuid4()))
    for part in stub.RunQuery(request, timeout=60):
        assert part.ByteSize() <= 65 * 1024, "a chunk is at most 64 KiB"
        answer += part.answer_chunk
        if part.HasField("receipt"):
            receipt = part.receipt
    table = json.loads(answer)
    assert table["status"] == "released" and table["rows"], table
    canonical = json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical == answer, "the answer is canonical JSON"

    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "answer.json"
        checker = [enclave.ROOT / "tests/verifier/check_receipt.py"]

        def check(changed):
            changed = dict(changed, receipt={"entry": base64.b64encode(receipt.entry).decode(),
                                             "salt": base64.b64encode(receipt.answer_salt).decode(),
                                             "proof": receipt.proof})
            file.write_text(json.dumps(changed, ensure_ascii=False))
            return subprocess.run(["/usr/bin/python3", *checker, "receipt", file, "--key", bundle["log_key"]],
                                  capture_output=True, text=True)

        result = check(table)
        assert result.returncode == 0, result.stdout + result.stderr
        altered = json.loads(answer)
        altered["rows"][0]["n"]["value"] += 1
        assert check(altered).returncode != 0, "an altered value is refused"

    # Without a certificate nobody is served.
    stranger = enclave_pb2_grpc.EnclaveServiceStub(channel(address, root_certificates=bundle["ca"].encode()))
    try:
        stranger.GetCaller(enclave_pb2.GetCallerRequest(), timeout=5)
        raise AssertionError("served without a certificate")
    except grpc.RpcError as error:
        assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED), error
print("a Python client was answered, and its receipt verifies with openssl")
