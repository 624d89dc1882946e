import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import about from '../../package.json' with { type: 'json' };
import { contract } from '../contract.ts';
import { session } from '../features/admins/contract.ts';

export const schemaConverters = [new ZodToJsonSchemaConverter()];

/** The OpenAPI document of the admin API, made from its contract. */
export const adminDocument = () =>
  new OpenAPIGenerator({ schemaConverters }).generate(
    { ...contract, session },
    {
      info: {
        title: 'Gatehouse admin API',
        version: about.version,
        description:
          'Everything that the console does. Every call is a POST; a refusal is 422 with a stable code in its data, ' +
          '403 where the role or a missing step-up is the reason, 401 without a credential that is accepted. ' +
          'POST /session/signIn gives the credential; it lasts 15 minutes, POST /session/refresh gives the next one.',
      },
      servers: [{ url: '/api' }],
      security: [{ session: [] }],
      components: {
        securitySchemes: {
          session: {
            type: 'http',
            scheme: 'bearer',
            description: 'The `access` of session.signIn or session.refresh. It is opaque.',
          },
        },
      },
    },
  );
