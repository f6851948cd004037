"""The kinds of analyses as functions of arrays: no Django, no files, no clock.

Prices are float64[T] of T bars, oldest first, times int64[T] of their opens in UTC nanoseconds. NaN inside an array is "not
known yet"; in a result it is None. Volatilities and returns are fractions.
"""
