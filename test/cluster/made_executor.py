"""Makes executors, as a user's own module would."""

from concurrent.futures import ThreadPoolExecutor


def two_threads():
    return ThreadPoolExecutor(2)


def nothing():
    return 7
