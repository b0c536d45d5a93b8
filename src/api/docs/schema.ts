import type { Schema } from '../v1/openapi.js'
import { html, prose, type Html } from './html.js'

const deepest = 6

/** A schema as nested lists of its fields; one with a name is a link to where that is. */
export function schemaHtml(schema: Schema, depth = 0): Html {
  const { properties, items, additionalProperties } = schema
  const either = schema.oneOf ?? schema.anyOf
  if (schema.$ref !== undefined || depth > deepest) return schemaName(schema)
  if (either !== undefined && either.some((one) => one.properties !== undefined))
    return html`${either.map(
      (one, index) =>
        html`<div class="quiet">${index === 0 ? 'either' : 'or'}</div>
          ${schemaHtml(one, depth + 1)}`,
    )}`
  if (properties !== undefined)
    return html`<ul class="fields">
      ${Object.entries(properties).map(
        ([name, field]) =>
          html`<li>
            <code>${name}</code> <span class="quiet">${schemaName(field)}${isMissable(schema, name)}</span>
            ${prose(field.description ?? '')} ${hasFields(field) && schemaHtml(field, depth + 1)}
          </li>`,
      )}
    </ul>`
  if (items !== undefined) return html`<span class="quiet">a list of</span> ${schemaHtml(items, depth + 1)}`
  if (typeof additionalProperties === 'object' && hasFields(additionalProperties))
    return schemaHtml(additionalProperties, depth + 1)
  return schemaName(schema)
}

/** A type in a few words. */
export function schemaName(schema: Schema): Html {
  const { $ref, type, items } = schema
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined)
    return html`${either.map((one, index) => html`${index === 0 ? '' : ' or '}${schemaName(one)}`)}`
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum !== undefined)
    return html`<code>${schema.enum.map((one) => String(one)).join(' | ')}</code>`
  if (items !== undefined) return html`list of ${schemaName(items)}`
  const [least, most] = [schema.minimum, schema.maximum]
  const range = most !== undefined && most < Number.MAX_SAFE_INTEGER ? ` ${least ?? ''}–${most}` : ''
  return html`${type ?? 'any'}${schema.format === 'date-time' ? ' (instant)' : ''}${range}`
}

function isMissable(schema: Schema, name: string): string {
  return schema.required?.includes(name) === true ? '' : ', may be missing'
}

function hasFields(schema: Schema): boolean {
  if (schema.$ref !== undefined) return false
  const inner = [schema.items, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
  return schema.properties !== undefined || inner.some((one) => one !== undefined && hasFields(one))
}
