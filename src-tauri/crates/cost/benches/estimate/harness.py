
import math
import time

import numpy as np


def normal_cdf_of_one(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def normal_cdf(x):
    """Half of Numerical Recipes' erfcc: ten terms and one exponential."""
    z = np.abs(x) * 0.7071067811865476
    t = 1.0 / (1.0 + 0.5 * z)
    s = 0.17087277
    for c in (-0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368):
        s = s * t + c
    tail = 0.5 * t * np.exp(-z * z - 1.26551223 + s * t)
    return np.where(x >= 0.0, 1.0 - tail, tail)


def single():
    """Months lie along the last axis, k along the one before; what is neither is a number of Python's."""

    def sum_of(r):
        return r.sum(0) if r.shape[1] > 1 else float(r.sum())

    def dot(l, r):
        if getattr(l, "ndim", 0) == 2 and getattr(r, "ndim", 0) == 2:
            if l.shape[1] == 1:
                d = l[:, 0] @ r
                return d if r.shape[1] > 1 else float(d[0])
            if r.shape[1] == 1:
                return r[:, 0] @ l
        return (l * r).sum(0)

    def total(r):
        return float(r.sum()) if isinstance(r, np.ndarray) else r * M

    def so_far(r):
        return np.cumsum(np.broadcast_to(r, (M,)))

    def in_month(r, month):
        if not isinstance(r, np.ndarray):
            return r
        at = np.clip(np.asarray(month) - 1.0, 0, M - 1).astype(int)
        return r[at] if at.ndim else float(r[at])

    def before(r):
        return np.concatenate((np.zeros_like(r[:1]), np.cumsum(r[:-1], 0)))

    names = dict(globals(), sum_of=sum_of, dot=dot, total=total, so_far=so_far, in_month=in_month, before=before)
    inputs = np.array(INPUTS)
    names.update({f"i{n}": value for n, value in enumerate(INPUTS)})
    names.update({f"s{n}": np.array(values) for n, values in enumerate(SERIES)})
    names.update({f"k{n}": np.arange(1.0, rows + 1.0)[:, None] for n, rows in enumerate(TABLES)})
    names["listed"] = lambda table, first: inputs[first : first + TABLES[table], None]
    names["of_year"] = lambda places: inputs[places]
    names.update(MONTH=np.arange(1.0, M + 1.0), FIRST=np.array(DAYS[:-1]), NEXT=np.array(DAYS[1:]))
    exec(SINGLE, names)
    return names["evaluate"]


def many(plans):
    """The same with plans along the axis before both: every input has a value for each."""
    names = dict(globals())
    names["sum_of"] = lambda r: r.sum(1, keepdims=True)
    names["dot"] = lambda l, r: (l * r).sum(1, keepdims=True)
    names["total"] = lambda r: np.broadcast_to(r, (plans, 1, M)).sum(2, keepdims=True)
    names["so_far"] = lambda r: np.cumsum(np.broadcast_to(r, (plans, 1, M)), 2)
    names["before"] = lambda r: np.concatenate((np.zeros_like(r[:, :1]), np.cumsum(r[:, :-1], 1)), 1)

    def in_month(r, month):
        r = np.broadcast_to(r, (plans, 1, M))
        at = np.clip(np.asarray(month) - 1.0, 0, M - 1).astype(int)
        at = np.broadcast_to(at, (plans, 1, at.shape[-1] if at.ndim else 1))
        return np.take_along_axis(r, at, 2)

    inputs = np.array(INPUTS)
    names["in_month"] = in_month
    names.update({f"i{n}": np.full((plans, 1, 1), value) for n, value in enumerate(INPUTS)})
    names.update({f"s{n}": np.array(values)[None, None, :] for n, values in enumerate(SERIES)})
    names.update({f"k{n}": np.arange(1.0, rows + 1.0)[None, :, None] for n, rows in enumerate(TABLES)})
    names["listed"] = lambda table, first: inputs[None, first : first + TABLES[table], None]
    names["of_year"] = lambda places: inputs[places][None, None, :]
    names.update(
        MONTH=np.arange(1.0, M + 1.0)[None, None, :],
        FIRST=np.array(DAYS[:-1])[None, None, :],
        NEXT=np.array(DAYS[1:])[None, None, :],
    )
    exec(MANY, names)
    return names["evaluate"]


def median(evaluate, rounds):
    times = []
    for _ in range(rounds + 1):
        started = time.thread_time()
        total = evaluate()
        times.append(time.thread_time() - started)
    return sorted(times[1:])[rounds // 2], float(np.ravel(total)[0])


np.seterr(all="ignore")
print(np.__version__)
for plans in (1, 4, 16, 64, 256):
    seconds, total = median(single() if plans == 1 else many(plans), 21 if plans == 1 else 5)
    print(plans, seconds * 1e3 / plans, repr(total))
