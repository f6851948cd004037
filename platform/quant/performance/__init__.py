"""Performance: what an equity curve and its trades amount to, by stated conventions, and how much of it may be chance.

Equity is marked at every bar's close, after fees. Ratios go by daily equity, the last mark of each UTC day, with the
starting equity before the first; the year has 252 or 365 days, by the market's calendar, which the caller says. Samples
divide by n - 1. What is undefined is None, never 0, NaN or infinite. docs/metrics.md has every formula with its source.

`measuring.measure` is the whole; `sweeping` the few figures of a sweep as kernels, `sharpe` what a Sharpe ratio proves,
`resampling` and `overfitting` what else might have happened.
"""
