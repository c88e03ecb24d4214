import { it } from 'vitest'
import { describeServices, expectPanelsFilled, expectRulesHealthy, expectTargetsUp } from './service-stack.ts'

const IMAGES = ['eclipse-mosquitto:2.0', 'sapcc/mosquitto-exporter:0.8.0']

const COMPOSE = `services:
  mqtt:
    image: eclipse-mosquitto:2.0
    command: ["sh", "-c", "cp /etc/vigie/* /tmp && chmod 700 /tmp/acl && mosquitto_passwd -b -c /tmp/passwd vigie look-only && mosquitto_passwd -b /tmp/passwd shop secret && chmod 644 /tmp/passwd && exec mosquitto -c /tmp/mosquitto.conf"]
    volumes: ["./mosquitto:/etc/vigie:ro"]
    init: true
`
const SERVICES = `  mqtt: { kind: mosquitto, address: "mqtt:1883", credentials: { user: vigie, password: "env:MQTT_VIGIE_PASSWORD" } }
`
const FILES = {
  '.env': 'MQTT_VIGIE_PASSWORD=look-only\n',
  'mosquitto/mosquitto.conf':
    'user root\nlistener 1883\npassword_file /tmp/passwd\nacl_file /tmp/acl\nsys_interval 2\nmax_queued_messages 10\n',
  'mosquitto/acl': 'user vigie\ntopic read $SYS/#\n\nuser shop\ntopic readwrite shop/#\n',
}
const SHOP = '-u shop -P secret -t shop/orders -q 1'

describeServices(
  'Mosquitto',
  {
    project: 'vigie-e2e-mqtt',
    port: 21430,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    it('reads it with a user that may read $SYS only', async () => {
      await expectTargetsUp(stack, ['mqtt'])
      await expectRulesHealthy(stack, /^Mosquitto/)
      await expectPanelsFilled(stack, ['Mosquitto'])
    })

    it('sees messages dropped for a client that is away', async () => {
      const away = `mosquitto_sub -i away -c ${SHOP} -W 1 || true`
      const flood = `for n in $(seq 8); do seq 50 | mosquitto_pub ${SHOP} -l; sleep 3; done`
      stack.exec('mqtt', 'sh', '-c', `${away}; ${flood}`)
      await stack.fires('MosquittoMessagesDropped', { service: 'mqtt' })
    })

    it('notices a dead broker, though the exporter keeps its last numbers', async () => {
      stack.compose('stop', '-t', '2', 'mqtt')
      await stack.fires('MosquittoDown', { service: 'mqtt' })
    })
  },
)
