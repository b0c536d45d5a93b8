/** An answer that is none of the API's has a place that is wrong, which is told with it; nobody is told more. */
export default () => ({ localeError: () => 'unexpected' })
