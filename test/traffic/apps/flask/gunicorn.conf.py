from prometheus_flask_exporter.multiprocess import GunicornInternalPrometheusMetrics

workers = 3
threads = 4


def child_exit(server, worker):
    GunicornInternalPrometheusMetrics.mark_process_dead_on_child_exit(worker.pid)
