/** Stands in for a place to look for credentials that functions do not have: the SDK goes on to the next, and says in the end that there were none. */
const absent = () => async (): Promise<never> => {
  throw Object.assign(new Error('A function has the credentials of its environment and no others.'), {
    tryNextLink: true,
  })
}

export const ENV_CMDS_FULL_URI = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
export const ENV_CMDS_RELATIVE_URI = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
export {
  absent as fromContainerMetadata,
  absent as fromHttp,
  absent as fromIni,
  absent as fromInstanceMetadata,
  absent as fromProcess,
  absent as fromSSO,
  absent as fromTokenFile,
}
