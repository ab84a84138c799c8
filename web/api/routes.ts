import { call } from './call.ts';
import type * as Api from './types.ts';

type DataOf<Body> = Body extends { data: infer Data } ? Data : undefined;

export type Show = DataOf<Api.Show.GetShow.ResponseBody>;
export type Programme = DataOf<Api.Programme.GetProgramme.ResponseBody>;
export type PlannedShow = Programme['shows'][number];
export type Booking = DataOf<Api.Customer.GetCustomerBookings.ResponseBody>[number];
/** One booking with what can be done with it now. */
export type BookingNow = DataOf<Api.Customer.GetCustomerBookingById.ResponseBody>;
export type Held = DataOf<Api.Customer.PostCustomerBookingInitialize.ResponseBody>;
export type Profile = DataOf<Api.Customer.GetCustomerProfile.ResponseBody>;
export type Wallet = DataOf<Api.Customer.GetCustomerWallet.ResponseBody>;
export type Move = DataOf<Api.Customer.GetCustomerWalletTransactions.ResponseBody>['transactions'][number];
export type Question = DataOf<Api.SecurityQuestions.GetSecurityQuestions.ResponseBody>[number];
type Picture = { profile_img: string; profile_img_sha: string };

/** A request that its sender repeats: under which key, for which user, and for how long a login is waited for. */
export type Repeated = { key: string; username: string | undefined; leaving: AbortSignal };

// A charge may take as long as the gateway's time-out and what is written afterwards.
const PAYS_WITHIN_MS = 40_000;
const asUser = true;

export const logIn = (username: string, password: string) =>
  call<DataOf<Api.Login.PostLogin.ResponseBody>>('/login', { method: 'POST', body: { username, password } });
/** Ends the session of a token that this page no longer has. */
export const endToken = (token: string) =>
  call<undefined>('/logout', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
/** A token that is refused has no session to end. */
export const logOut = () => call<undefined>('/logout', { method: 'POST', asUser, renews: false });

export const readProgramme = (date?: string, signal?: AbortSignal) =>
  call<Programme>('/programme', { query: { date }, signal });
export const readShow = (id: number, signal?: AbortSignal) =>
  call<Show>('/show', { query: { id }, asUser, signal });
export const readSeatMap = (showId: number, signal?: AbortSignal) =>
  call<DataOf<Api.Shows.GetShowsByShowIdSeatMap.ResponseBody>>(`/shows/${showId}/seat-map`, {
    asUser,
    signal,
  });

export const holdSeats = (showId: number, seats: readonly string[], repeated: Repeated) =>
  call<Held>('/customer/booking/initialize', {
    method: 'POST',
    body: { show_id: showId, seat_numbers: seats },
    asUser,
    ...repeated,
  });
export const payBooking = (body: Api.Customer.PostCustomerBookingPayment.RequestBody, repeated: Repeated) =>
  call<DataOf<Api.Customer.PostCustomerBookingPayment.ResponseBody>>('/customer/booking/payment', {
    method: 'POST',
    body,
    asUser,
    withinMs: PAYS_WITHIN_MS,
    ...repeated,
  });
export const cancelBooking = (id: number) =>
  call<undefined>(`/customer/booking/${id}/cancel`, { method: 'DELETE', asUser });
export const extendBooking = (id: number, key: string) =>
  call<DataOf<Api.Customer.PostCustomerBookingByIdExtend.ResponseBody>>(`/customer/booking/${id}/extend`, {
    method: 'POST',
    key,
    asUser,
  });
export const readBooking = (id: number, signal?: AbortSignal) =>
  call<BookingNow>(`/customer/booking/${id}`, { asUser, signal });
export const readBookings = (signal?: AbortSignal) =>
  call<Booking[]>('/customer/bookings', { asUser, signal });
export const readCode = (id: number, signal?: AbortSignal) =>
  call<DataOf<Api.Booking.GetBookingByIdQr.ResponseBody>>(`/booking/${id}/qr`, { asUser, signal });
export const readPdf = (id: number) =>
  call<DataOf<Api.Booking.GetBookingByIdPdf.ResponseBody>>(`/booking/${id}/pdf`, { asUser });

export const readWallet = (signal?: AbortSignal) => call<Wallet>('/customer/wallet', { asUser, signal });
export const readMoves = (signal?: AbortSignal) =>
  call<{ transactions: Move[] }>('/customer/wallet/transactions', { asUser, signal });
export const addFunds = (body: Api.Customer.PostCustomerWalletAddFunds.RequestBody, repeated: Repeated) =>
  call<Wallet>('/customer/wallet/add-funds', {
    method: 'POST',
    body,
    asUser,
    withinMs: PAYS_WITHIN_MS,
    ...repeated,
  });

export const readProfile = (signal?: AbortSignal) => call<Profile>('/customer/profile', { asUser, signal });
export const readPicture = (signal?: AbortSignal) =>
  call<DataOf<Api.Customer.GetCustomerProfileImage.ResponseBody>>('/customer/profile-image', {
    asUser,
    signal,
  });
export const changeProfile = (body: Api.Customer.PostCustomerUpdateProfile.RequestBody) =>
  call<undefined>('/customer/update-profile', { method: 'POST', body, asUser });
export const changePicture = (body: Picture & { security_answer: string }) =>
  call<undefined>('/customer/update-profile-image', { method: 'POST', body, asUser });
export const changePassword = (body: Api.ChangePassword.PostChangePassword.RequestBody) =>
  call<undefined>('/change-password', { method: 'POST', body, asUser });

export const readQuestions = (signal?: AbortSignal) => call<Question[]>('/security-questions', { signal });
export const signUp = (body: Api.Customer.PostCustomerSignup.RequestBody) =>
  call<DataOf<Api.Customer.PostCustomerSignup.ResponseBody>>('/customer/signup', { method: 'POST', body });
export const askQuestion = (email: string) =>
  call<DataOf<Api.SecurityQuestions.GetSecurityQuestionsByEmail.ResponseBody>>(
    '/security-questions/by-email',
    {
      query: { email },
    },
  );
export const answerQuestion = (
  body: Api.SecurityQuestions.PostSecurityQuestionsVerifySecurityAnswer.RequestBody,
) =>
  call<DataOf<Api.SecurityQuestions.PostSecurityQuestionsVerifySecurityAnswer.ResponseBody>>(
    '/security-questions/verify-security-answer',
    { method: 'POST', body },
  );
export const resetPassword = (body: Api.ForgotPassword.PostForgotPassword.RequestBody) =>
  call<undefined>('/forgot-password', { method: 'POST', body });
