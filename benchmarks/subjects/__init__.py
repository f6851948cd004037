"""The subjects of the benchmarks: each arranges its contenders and makes rows of their figures."""
