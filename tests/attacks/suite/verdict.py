"""What became of an attack."""
import math


def wilson(right, trials, z=1.96):
    """The 95 % interval of a share (Wilson 1927)."""
    if trials == 0:
        return 0.0, 1.0
    share, square = right / trials, z * z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = z / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


class Verdict:
    """`right` of `trials` guesses were right; the attack is withstood while that is at most `limit` of them. Attacks
    that are to be refused count a query that was not refused as right."""

    def __init__(self, right, trials, limit=0.0, note=""):
        self.right, self.trials, self.limit, self.note = right, trials, limit, note

    def withstood(self):
        return self.trials > 0 and self.right <= self.limit * self.trials

    def as_json(self):
        low, high = wilson(self.right, self.trials)
        return {"right": self.right, "trials": self.trials, "limit": self.limit, "interval": [round(low, 4), round(high, 4)],
                "withstood": self.withstood(), "note": self.note}


def together(verdicts):
    """Of one attack in several worlds; the limit is that of all trials."""
    right, trials = sum(v.right for v in verdicts), sum(v.trials for v in verdicts)
    limit = bit_limit(trials) if verdicts[0].limit else 0.0
    told = next((v for v in verdicts if not v.withstood()), verdicts[0])  # of refusals: which were not
    return Verdict(right, trials, limit, told.note)


def bit_limit(trials):
    """A legal cell of 10 gives 0.623; two standard deviations more are allowed."""
    return 0.623 + 2 * math.sqrt(0.623 * 0.377 / max(trials, 1))


def of_bits(guesses):
    """The protocol `bit` of secrets with prevalence 1/2: pairs of guess (None: no better than a coin) and truth. A coin's
    guess counts as half right."""
    right = sum(0.5 if guess is None else guess == truth for guess, truth in guesses)
    return Verdict(right, len(guesses), bit_limit(len(guesses)), "bits of victims")


def of_refusals(answers):
    """Pairs of query and answer, all of which must have been refused before data were touched."""
    through = [sql for sql, answer in answers if answer.exit not in (2, 3) or answer.table.get("rows")]
    return Verdict(len(through), len(answers), 0.0, "queries not refused" + "".join(f"; {sql}" for sql in through[:3]))


def of_differences(answers):
    """Transcripts that must all be the first one."""
    other = sum(answer != answers[0] for answer in answers)
    return Verdict(other, len(answers), 0.0, "answers that differ from the first")
