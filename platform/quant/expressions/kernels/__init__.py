"""The compiled side of the operators: every kernel in its array form and in its one-bar form.

Arrays are float64[K, T]: a row for each symbol, in the order of time. The one-bar form takes float64[K], the present bar of
every symbol, and keeps what it needs of the past in arrays of its own. Both forms call the same scalar functions with the
same numbers in the same order, so that their results are equal to the last bit. Conditions are int8: 0 false, 1 unknown,
2 true, so that `and` is the smaller of two, `or` the larger, and `not` is 2 less it.

A window that has been full since `runs` bars without a NaN is handed to its function as it lies in memory; the one-bar form
keeps every bar twice, n places apart, so that the last n always lie side by side.
"""
