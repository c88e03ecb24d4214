/** Every name that two parts of vigie have to agree on stands here once. */

export const CONFIG_FILE = 'vigie.yaml'
export const DEFAULT_OUTPUT = 'monitoring'

/** The make targets of the stack; the Makefile of the repo includes them. */
export const MAKE_TARGETS = 'vigie.mk'

/** What git does with files of the stack that two branches both changed. */
export const GIT_ATTRIBUTES = '.gitattributes'

/** Revision of the rendered output; raised whenever a golden tree changes (see CHANGELOG). */
export const TEMPLATES_REVISION = 1

/** The stack's own Compose network; exporters and Prometheus meet on it. */
export const STACK_NETWORK = 'vigie'

/** How containers reach a service that listens on the host itself. */
export const HOST_GATEWAY = 'host.docker.internal'

/** Compose secrets and volumes of the stack carry this prefix, so that they never collide with the app's. */
export const OWN_PREFIX = 'vigie_'

/** Where Compose puts a secret inside a container. */
export const SECRETS_MOUNT = '/run/secrets'

/** Images wear these Compose labels; cAdvisor exposes them sanitised and the scrape renames them. */
export const CADVISOR_SERVICE_LABEL = 'container_label_com_docker_compose_service'
export const CADVISOR_PROJECT_LABEL = 'container_label_com_docker_compose_project'

/** Grafana's uids. Stable for ever: alerts, chats and bookmarks link to them. */
export const DATASOURCE_UID = 'vigie-prometheus'
export const dashboardUid = (id: string): string => `vigie-${id}`
export const DASHBOARD_TAG = 'vigie'

/** The file in the secrets folder that has the password of a service. */
export const passwordFile = (service: string): string => `${service}_password`

export const exporterName = (service: string): string => `${service}-exporter`

/** GitHub's and GitLab's anchor of a runbook section: alert names have no punctuation, so lower case is enough. */
export const runbookAnchor = (alert: string): string => alert.toLowerCase()

export const SEVERITIES = ['critical', 'warning', 'info', 'none'] as const
export type Severity = (typeof SEVERITIES)[number]
