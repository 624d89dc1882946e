import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import about from '../../package.json' with { type: 'json' };
import { contract } from '../contract.ts';

export const schemaConverters = [new ZodToJsonSchemaConverter()];

/** The OpenAPI document of the admin API, made from its contract. */
export const adminDocument = () =>
  new OpenAPIGenerator({ schemaConverters }).generate(contract, {
    info: {
      title: 'Gatehouse admin API',
      version: about.version,
      description:
        'Everything that the console does. Every call is a POST; a refusal is 422 with a stable code in its data. ' +
        'Trade the code of a sign-in link for a credential at POST /session.',
    },
    servers: [{ url: '/api' }],
    security: [{ session: [] }],
    components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
  });
