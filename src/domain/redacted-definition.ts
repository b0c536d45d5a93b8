import type { ReminderDefinition } from './definition.js'

// A valid JID of nobody: what is redacted can be read as any other definition, and could reach no one.
export const nobody = '00000@lid'

/** The same definition without what is personal: whom it went to and what it said. */
export function redacted(definition: ReminderDefinition): ReminderDefinition {
  const { stepParts: _stepParts, ...rest } = definition
  return {
    ...rest,
    audience: { kind: 'list', recipients: [nobody] },
    parts: [{ kind: 'text', text: '(purged)' }],
  }
}
