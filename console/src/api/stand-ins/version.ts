/** The console comes with the API that it asks: they are of one version. */
export const version = 'of this page'
