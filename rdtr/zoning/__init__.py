"""The domain: plan, rules, checks, and the kernels at its ground. Reads no file and speaks no HTTP."""
