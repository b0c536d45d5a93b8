/** The API makes schemas in JSON of its own, for its document. A browser only reads answers by them. */
function none(): never {
  throw new Error('a browser has no schemas in JSON')
}

export const createToJSONSchemaMethod = () => none
export const createStandardJSONSchemaMethod = () => none

/** What a schema may have at most is read by who writes it in JSON. */
export const aggregateChecks = () => ({})
