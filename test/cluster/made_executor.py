"""Makes executors, as a user's own module would."""

from concurrent.futures import ThreadPoolExecutor


def two_threads():
    return ThreadPoolExecutor(2)


def local_cluster():
    from distributed import LocalCluster

    return LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)


def nothing():
    return 7
