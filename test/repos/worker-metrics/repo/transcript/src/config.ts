export const config = { metricsPort: Number(process.env.WORKER_METRICS_PORT ?? 9464), minioPort: Number(process.env.MINIO_PORT ?? 9000) }
