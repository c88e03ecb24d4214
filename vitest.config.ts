import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Started stacks wait more than they work: they go first, and the rest runs beside them. */
class StacksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      moduleId.endsWith('/e2e/shop.test.ts') ? 0 : /\/(e2e|traffic)\//.test(moduleId) ? 1 : 2
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    // They end what hangs; how fast a busy machine is, is not theirs to judge.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 3,
    sequence: { sequencer: StacksFirst },
  },
})
