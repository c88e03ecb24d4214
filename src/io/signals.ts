export type Signal = 'SIGINT' | 'SIGTERM'

/**
 * Runs synchronous work during which Ctrl-C and SIGTERM only take note; returns its result and the
 * signal that came, for the caller to exit with 130 or 143 once the tree is whole.
 */
export async function deferSignals<T>(work: () => T): Promise<{ result: T; signal: Signal | undefined }> {
  let signal: Signal | undefined
  const note = (name: Signal): void => {
    signal ??= name
  }
  process.on('SIGINT', note)
  process.on('SIGTERM', note)
  try {
    const result = work()
    // Signals that came during synchronous work are delivered when the event loop turns.
    for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve))
    return { result, signal }
  } finally {
    process.off('SIGINT', note)
    process.off('SIGTERM', note)
  }
}
