import { expect } from 'vitest'
import { eventually } from './eventually.js'
import type { System } from './system.js'

/** A delivery that is held up looks at the account now and then, each time with a slot of the rate limit in hand. */
export async function untilLookedAgain({ database }: System): Promise<void> {
  const slots = async () => {
    const { rows } = await database.query<{ taken: number }>(
      'select last_value as taken from rate_slot_id_seq',
    )
    return rows[0]?.taken ?? 0
  }
  const before = await slots()
  await eventually(async () => expect(await slots()).toBeGreaterThanOrEqual(before + 2))
}
