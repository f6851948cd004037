"""States of volatility by a Markov-switching model, and whether prices went somewhere by a stated rule."""

import math
import warnings
from typing import Any, Final

import msgspec
import numpy as np

from analytics.tasks.kinds.library import MarkovRegression
from analytics.tasks.kinds.results import RegimeResult, RegimeSeries, RegimeState, Trend, TrendSeries
from analytics.tasks.kinds.series import Floats, Integers, is_constant, log_returns, numbers, part_ends, window_sums
from analytics.tasks.kinds.specs import Regime
from kit.errors import Invalid

CONVENTIONS: Final = (
    "Logarithmic returns are normal with the mean and variance of their state; the next state depends on the present one.",
    "States are numbered from the calmest. Probabilities are smoothed: what is shown of the past knows all bars.",
    "Annual mean and volatility go by bars_per_year. Expected durations are 1 / (1 - p), in bars.",
    "The trend is that of the efficiency ratio over the window: up or down from the threshold on, else a range.",
)
STARTS: Final = 3
"""Searches from different beginnings; the likelihood has several hills, and the highest one found counts."""

EM_STEPS: Final = 10
"""Steps of expectation and maximisation before each search: they go uphill from anywhere, only slowly near the top."""

STAY: Final = 0.95
"""The probability to stay in a state with which a search begins."""

LOCAL_BARS: Final = 20
"""Bars over which movement is averaged to guess the variances of the states."""

SPREAD_OF_STARTS: Final = 0.5
"""The deviation of the logarithms by which the guessed variances of the further searches are multiplied."""

LEAST_VARIANCE: Final = 1e-9
"""Of all bars' variance. A state of bars that do not move at all has a likelihood without bound, and says nothing."""

LABELS: Final = ("up", "down", "range")


class Fit(msgspec.Struct, frozen=True):
    """A fitted model, states from the calmest on: moments float64[K] of a return, transitions float64[K, K] from the row's
    state to the column's, smoothed probabilities float64[T, K].
    """

    means: Floats
    variances: Floats
    transitions: Floats
    probabilities: Floats
    log_likelihood: float
    parameters: int
    iterations: int
    is_converged: bool


def regime_of(options: Regime, time_ns: Integers, close: Floats, *, bars_per_year: float) -> RegimeResult:
    """The states of T bars with closes above 0; raises Invalid NO_STATES when no search came to an end."""
    returns = log_returns(close)
    fit = fit_states(returns, options.states, iterations=options.iterations, seed=options.seed)
    ends = part_ends(len(returns))
    return RegimeResult(
        bars_per_year=bars_per_year,
        is_converged=fit.is_converged,
        iterations=fit.iterations,
        log_likelihood=fit.log_likelihood,
        aic=2 * fit.parameters - 2 * fit.log_likelihood,
        bic=math.log(len(returns)) * fit.parameters - 2 * fit.log_likelihood,
        states=[_state(fit, place, bars_per_year) for place in range(options.states)],
        transitions=fit.transitions.tolist(),
        current_state=int(fit.probabilities[-1].argmax()),
        series=RegimeSeries(time_ns[1:][ends].tolist(), fit.probabilities[ends].T.tolist()),
        trend=trend_of(time_ns, close, options.trend_window, options.trend_threshold),
    )


# States ------------------------------------------------------------------------------------------------------------------


def fit_states(returns: Floats, states: int, *, iterations: int, seed: int) -> Fit:
    """Switching means and variances by maximum likelihood (Hamilton, A new approach to the economic analysis of
    nonstationary time series and the business cycle, Econometrica 57, 1989; smoothed as by Kim, Journal of Econometrics 60,
    1994).

    The best of three searches of at most `iterations` steps each, whose beginnings follow from the returns and the seed.
    """
    if is_constant(returns):
        raise _no_states()
    scale = float(returns.std())
    model = MarkovRegression(returns / scale, k_regimes=states, trend="c", switching_variance=True)
    generator = np.random.default_rng(seed)
    found = [_search(model, _start(model, returns / scale, generator, n), iterations) for n in range(STARTS)]
    known = [each for each in found if each is not None]
    if not known:
        raise _no_states()
    result, steps = max(known, key=lambda each: float(each[0].llf))
    return _in_order(model, result, steps, scale)


def _no_states() -> Invalid:
    message = (
        "No states of volatility could be told apart in these bars. Choose longer bars, more of them, or fewer states."
    )
    return Invalid(message, code="NO_STATES", details={"regime.states": [message]})


def _start(model: Any, z: Floats, generator: np.random.Generator, number: int) -> Floats:
    """Where a search begins: states last, their means are equal, their variances those of calm, usual and wild times."""
    states = model.k_regimes
    start = np.full(len(model.start_params), 0.0)
    for state in range(states):
        kept = np.full(states, (1 - STAY) / (states - 1))
        kept[state] = STAY
        start[model.parameters[state, "regime_transition"]] = kept[:-1]
    local = window_sums(z * z, LOCAL_BARS)[LOCAL_BARS - 1 :] / LOCAL_BARS
    variances = np.maximum(np.quantile(local, (np.arange(states) + 0.5) / states), 1e-6)
    if number:
        variances = variances * np.exp(generator.normal(0.0, SPREAD_OF_STARTS, states))
    start[model.parameters["exog"]] = z.mean()
    start[model.parameters["variance"]] = np.sort(variances)
    return start


def _search(model: Any, start: Floats, iterations: int) -> tuple[Any, int] | None:
    """One search and its steps; None where it ran into a state without bars or movement, which has no likelihood."""
    steps: list[None] = []
    with warnings.catch_warnings():
        # What did not converge is said in the result.
        warnings.simplefilter("ignore")
        try:
            result = model.fit(
                start,
                method="bfgs",
                maxiter=iterations,
                em_iter=EM_STEPS,
                cov_type="none",
                disp=0,
                callback=lambda _: steps.append(None),
            )
        except (np.linalg.LinAlgError, RuntimeError):
            return None
    is_sound = np.isfinite(result.llf) and np.isfinite(result.params).all()
    is_sound = is_sound and result.params[model.parameters["variance"]].min() > LEAST_VARIANCE
    return (result, len(steps)) if is_sound else None


def _in_order(model: Any, result: Any, steps: int, scale: float) -> Fit:
    """What was found with its states from the calmest on, and in the units of returns."""
    params = np.asarray(result.params)
    variances = params[model.parameters["variance"]]
    order = np.argsort(variances)
    transitions = np.asarray(result.regime_transition)[:, :, -1].T
    return Fit(
        means=params[model.parameters["exog"]][order] * scale,
        variances=variances[order] * scale**2,
        transitions=transitions[np.ix_(order, order)],
        probabilities=np.clip(np.asarray(result.smoothed_marginal_probabilities)[:, order], 0.0, 1.0),
        log_likelihood=float(result.llf) - len(model.endog) * math.log(scale),
        parameters=len(params),
        iterations=steps,
        is_converged=bool(result.mle_retvals["converged"]),
    )


def _state(fit: Fit, place: int, bars_per_year: float) -> RegimeState:
    stay = float(fit.transitions[place, place])
    return RegimeState(
        mean=float(fit.means[place]) * bars_per_year,
        volatility=math.sqrt(float(fit.variances[place]) * bars_per_year),
        share=float(fit.probabilities[:, place].mean()),
        expected_duration_bars=1 / (1 - stay) if stay < 1 - 1e-12 else None,
    )


# Trend -------------------------------------------------------------------------------------------------------------------


def trend_of(time_ns: Integers, close: Floats, window: int, threshold: float) -> Trend:
    """Whether prices went somewhere in each window, and in how many of them."""
    efficiency, labels = efficiency_ratio(close, window), trend_labels(close, window, threshold)
    known = labels[window:]
    shares = {label: float((known == label).mean()) for label in LABELS}
    ends = part_ends(len(close), first=window)
    return Trend(
        window=window,
        threshold=threshold,
        current=str(labels[-1]),
        up_share=shares["up"],
        down_share=shares["down"],
        range_share=shares["range"],
        series=TrendSeries(time_ns[ends].tolist(), numbers(efficiency[ends]), labels[ends].tolist()),
    )


def efficiency_ratio(close: Floats, window: int) -> Floats:
    """|C - C n before| over the sum of |changes| between, float64[T], from 0 to 1 (Kaufman, Smarter Trading, 1995).

    NaN in the first window and where prices stood still. Depends on no later bar.
    """
    gone = np.full(len(close), np.nan)
    gone[window:] = np.abs(close[window:] - close[:-window])
    walked = window_sums(np.concatenate(([0.0], np.abs(np.diff(close)))), window)
    walked[:window] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.where(walked > 0, np.minimum(gone / walked, 1.0), np.nan)
    return ratio


def trend_labels(close: Floats, window: int, threshold: float) -> np.ndarray:
    """`up`, `down` or `range` at each bar, text[T]; `range` in the first window and where prices stood still."""
    change = np.zeros(len(close))
    change[window:] = close[window:] - close[:-window]
    is_trend = np.nan_to_num(efficiency_ratio(close, window), nan=-1.0) >= threshold
    return np.select([is_trend & (change > 0), is_trend & (change < 0)], LABELS[:2], LABELS[2])
