import { Type } from 'typebox';
import { bookingNotFound } from '../bookings/bookings.ts';
import { allow, Answer, type Routes } from '../platform/http/http.ts';
import { IdParameter } from '../platform/validation/parameters.ts';
import { OneOf } from '../platform/validation/shapes.ts';
import { invalidBookingId, printersBusy, printerStopped, someoneElses } from './errors.ts';
import type { Tickets } from './tickets.ts';

const encoding = OneOf(['base64']);
const QrTicket = Type.Object({
  qr_code: Type.String({ description: 'PNG, in base64' }),
  mime_type: OneOf(['image/png']),
  encoding,
});
const PdfTicket = Type.Object({
  pdf: Type.String({ description: 'One A4 page, in base64' }),
  mime_type: OneOf(['application/pdf']),
  encoding,
});
const BookingParams = Type.Object({
  id: IdParameter({ invalid: invalidBookingId, notFound: bookingNotFound }),
});

export const ticketRoutes: Routes<{ tickets: Tickets }> = (app, { tickets }) => {
  const tags = ['booking'];
  const onRequest = allow();
  const refusals = [bookingNotFound(), someoneElses(), printersBusy(), printerStopped()];

  app.get(
    '/booking/:id/qr',
    {
      onRequest,
      schema: {
        summary: 'Ticket as a QR code',
        tags,
        params: BookingParams,
        response: { 200: Answer(QrTicket) },
        refusals,
      },
    },
    async ({ params, user }) => ({
      message: 'QR code generated successfully',
      data: {
        qr_code: await tickets.print('qr', params.id, user),
        mime_type: 'image/png',
        encoding: 'base64',
      },
    }),
  );

  app.get(
    '/booking/:id/pdf',
    {
      onRequest,
      schema: {
        summary: 'Ticket to print',
        tags,
        params: BookingParams,
        response: { 200: Answer(PdfTicket) },
        refusals,
      },
    },
    async ({ params, user }) => ({
      message: 'PDF ticket generated successfully',
      data: {
        pdf: await tickets.print('pdf', params.id, user),
        mime_type: 'application/pdf',
        encoding: 'base64',
      },
    }),
  );
};
