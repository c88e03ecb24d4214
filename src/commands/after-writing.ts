import { Interrupted } from '../core/errors.ts'

/** Takes a question that is asked when the files are written already: Ctrl-C there must not be told that nothing was. */
export async function afterWriting<T>(question: Promise<T>, rest: string): Promise<T> {
  try {
    return await question
  } catch (error) {
    throw error instanceof Interrupted ? new Interrupted(`Stopped. The files are written; ${rest}.`) : error
  }
}
