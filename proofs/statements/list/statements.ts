import type { Database } from '../../../src/store/database.js'
import type { Scene } from '../scene.js'

/**
 * How each function of src/store is called that asks Postgres something, by `file.function`. Whatever it does is rolled
 * back. A test holds that none is missing: a new one needs a line here.
 */
export type Statements = Record<string, (db: Database, scene: Scene) => Promise<unknown>>
