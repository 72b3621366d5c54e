"""The six research questions, as a municipal researcher asks them: answered, protected, and useful."""
import json
import time

import enclave

with enclave.served() as (_, address):
    anna = enclave.User(enclave.bundle("anna@heerlen.nl"), address)
    assert len(enclave.QUESTIONS) >= 6, "six research questions"
    shown = large = 0
    for question in enclave.QUESTIONS:
        began = time.monotonic()
        result = anna.run("query", "--project", "heerlen", "-f", question, "--format", "json", check=True)
        seconds = time.monotonic() - began
        answer = json.loads(result.stdout)
        assert answer["status"] == "released", question
        cells = answer["protection"]["cells"]
        suppressed = answer["protection"]["suppressed"]
        print(f"{question.stem}: {cells} cells, {suppressed} suppressed, {seconds:.2f} s")
        table = anna.run("query", "--project", "heerlen", "-f", question, "--format", "table", check=True).stdout
        assert suppressed == 0 or " . " in table or ".\n" in table, "a suppressed cell is a point"
print("all questions answered")
