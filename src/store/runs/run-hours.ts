import type { SendingWindow } from '../../domain/hours/window.js'
import type { Queryable } from '../database.js'

export type WindowInZone = { window: SendingWindow; zone: string }

/** Undefined where the definition allows sends at any hour. */
export async function findWindow(db: Queryable, digest: string): Promise<WindowInZone | undefined> {
  const { rows } = await db.query<WindowInZone>(
    `select sending_window as window, zone from definition
     where digest = $1 and sending_window is not null`,
    [digest],
  )
  return rows[0]
}
