import { expect, it } from 'vitest'
import { describeServices, expectRulesHealthy, expectTargetsUp } from './service-stack.ts'

/** No server: what is looked at is the image that Compose builds where the password comes as a file. */
const COMPOSE = `services:
  store:
    image: busybox:1.37
    command: ["sleep", "3600"]
    init: true
`

describeServices(
  'The exporter of a MongoDB with a password file',
  {
    project: 'vigie-e2e-mongodb',
    port: 21490,
    compose: COMPOSE,
    services:
      '  store: { kind: mongodb, address: "store:27017", credentials: { user: vigie, password: "file:store_monitoring" } }\n',
    files: { 'monitoring/secrets/store_monitoring': 'look only\n' },
    images: ['busybox:1.37', 'percona/mongodb_exporter:0.53.0'],
  },
  stack => {
    it('is built, starts and hands the password over', async () => {
      await expectTargetsUp(stack, ['store'])
      await expectRulesHealthy(stack, /^Mongodb/)
      const environment = stack.exec('store-exporter', 'sh', '-c', 'tr "\\0" "\\n" </proc/1/environ')
      expect(environment).toContain('MONGODB_PASSWORD=look only\n')
    })

    it('says that nothing answers there', async () => {
      await stack.fires('MongodbDown', { service: 'store' })
    })
  },
)
