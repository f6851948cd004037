"""What of statsmodels the kinds use. Whoever imports this has it loaded: two seconds and 100 MB, so only in a worker.

statsmodels 0.14 uses what pandas 3 deprecates; that is its own affair, and kept quiet here.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression
    from statsmodels.tsa.stattools import acf, adfuller, kpss
    from statsmodels.tsa.vector_ar.vecm import coint_johansen

__all__ = ["MarkovRegression", "acf", "adfuller", "coint_johansen", "kpss", "mackinnoncrit", "mackinnonp"]
