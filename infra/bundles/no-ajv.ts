/**
 * Stands in for the JSON Schema validator that the Kafka client makes as soon as it is loaded, and uses for the options of its producer,
 * consumer and admin client. Weir calls the protocol's requests itself and has none of them in its bundle.
 */
export class Ajv2020 {
  addKeyword(): this {
    return this
  }

  /** A validator that nobody may call: an option that is not checked would be worse than a failure. */
  compile(): () => never {
    return () => {
      throw new Error('The bundle has no JSON Schema validator, and a part of the Kafka client asks for it.')
    }
  }
}
