from prometheus_flask_exporter.multiprocess import GunicornInternalPrometheusMetrics

bind = "0.0.0.0:8000"
workers = 3


def child_exit(server, worker):
    GunicornInternalPrometheusMetrics.mark_process_dead_on_child_exit(worker.pid)
