/** The real reminder, and runs none of whose workflow tasks can be done. */

export { reminder } from '../../../src/workflows/reminder/reminder.js'

export async function run(): Promise<never> {
  throw new Error('this task fails, and so does each that is tried after it')
}
