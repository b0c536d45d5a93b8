import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeSchema } from '../../proofs/schema/describe.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { createTestDatabase } from '../support/database.js'

test('schema.sql is what the migrations make; after a new one, `npm run schema` writes it anew', async () => {
  const db = await createTestDatabase()
  try {
    const written = readFileSync(join(projectRoot(), 'src/store/schema.sql'), 'utf8')
    expect(written).toBe(await describeSchema(db.database))
  } finally {
    await db.close()
  }
})
