/* eslint-disable */
// Written by `npm run draw:api-types` from the OpenAPI document. Not to be edited.

export interface Error {
  status: "ERROR";
  /** For programs */
  code: string;
  /** For people */
  message: string;
  /** As in the header X-Request-ID */
  request_id: string;
  /** The faulty fields, where a validation failed */
  errors?: {
    /** The name that older clients know */
    field: string;
    message: string;
    /** The name in the request */
    path: string;
  }[];
  /** True where it is not known whether the request had its effect. Without it a 503 means that nothing happened */
  may_have_happened?: boolean;
}

export interface Movie {
  movieId: string;
  name: string;
  runtime: string;
  plot: string;
  imdbRating: string;
  poster: string;
  genre: string;
}

export interface Slot {
  id: number;
  name: string;
  startTime: string;
  endTime: string;
}

export interface MovieOfShow {
  movieId: string;
  name: string;
  duration: string;
  plot: string;
  imdbRating: string;
  moviePoster: string;
  genre: string;
}

export interface Show {
  movie: MovieOfShow;
  slot: Slot;
  id: number;
  /** @format date-time */
  date: string;
  cost: number;
  availableseats: number;
}

export interface Seat {
  column: string;
  occupied: boolean;
  price: string;
  seat_number: string;
  type: "Standard" | "Deluxe";
}

export interface Wallet {
  username: string;
  balance: number;
  /** @format date-time */
  updated_at: string;
}

export interface Hold {
  booking_id: number;
  show_id: number;
  seat_numbers: string[];
  amount_due: number;
  /** @format date-time */
  expiration_time: string;
  time_remaining_ms: number;
}

export interface Booking {
  booking_id: number;
  show_id: number;
  /** @format date */
  show_date: string;
  show_time: string;
  seat_numbers: string[];
  amount_paid: number;
  payment_type: "Card" | "Wallet" | "Cash";
  /** @format date-time */
  booking_time: string;
  status: "Pending" | "Confirmed" | "CheckedIn";
  amount_due?: number;
  /** @format date-time */
  expires_at?: string;
}

export interface PaidBooking {
  booking_id: number;
  show_id: number;
  /** @format date */
  show_date: string;
  show_time: string;
  seat_numbers: string[];
  amount_paid: number;
  payment_type: "Card" | "Wallet" | "Cash";
  /** @format date-time */
  booking_time: string;
  status: "Pending" | "Confirmed" | "CheckedIn";
  customer_name: string;
  phone_number: string;
  transaction_id: string;
}

export namespace Health {
  /**
   * @description No login needed.
   * @tags operations
   * @name GetHealth
   * @summary The process is alive
   * @request GET:/health
   */
  export namespace GetHealth {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      status: string;
    };
  }
}

export namespace Ready {
  /**
   * @description No login needed.
   * @tags operations
   * @name GetReady
   * @summary The database answers
   * @request GET:/ready
   */
  export namespace GetReady {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      status: string;
    };
  }
}

export namespace Login {
  /**
   * @description No login needed.
   * @tags auth
   * @name PostLogin
   * @summary Log in
   * @request POST:/login
   * @secure
   */
  export namespace PostLogin {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      username: string;
      password: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        user: {
          username: string;
          role: "customer" | "staff" | "admin";
        };
        /** JWT for the Authorization header, good for 24 hours */
        token: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Logout {
  /**
   * @description For every role: customer, staff, admin.
   * @tags auth
   * @name PostLogout
   * @summary Log out: end the session of this token
   * @request POST:/logout
   * @secure
   */
  export namespace PostLogout {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Admin {
  /**
   * @description For the role admin or staff.
   * @tags admin
   * @name GetAdminProfile
   * @summary Admin profile
   * @request GET:/admin/profile
   * @secure
   */
  export namespace GetAdminProfile {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        username: string;
        name: string;
        counter_no: number | null;
        created_at: string | null;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin.
   * @tags shows
   * @name GetAdminProgramme
   * @summary The shows of some days, past or to come, with their occupancy
   * @request GET:/admin/programme
   * @secure
   */
  export namespace GetAdminProgramme {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * Today if absent
       * @format date
       */
      from?: string;
      /**
       * 7 if absent
       * @min 1
       * @max 31
       * @example 7
       */
      days?: number;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** @format date */
        from: string;
        /**
         * The day in the cinema, whose clock counts
         * @format date
         */
        today: string;
        /** The time on the clock of the cinema */
        now: string;
        /** How many seats a show has, taken or free */
        seats: number;
        slots: Slot[];
        shows: {
          movie: MovieOfShow;
          slot: Slot;
          id: number;
          /** @format date-time */
          date: string;
          cost: number;
          availableseats: number;
          /** Seats that are paid for; those neither sold nor available are held */
          sold: number;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin or staff.
   * @tags booking
   * @name GetAdminBookings
   * @summary Find bookings by number, name or telephone number, newest first
   * @request GET:/admin/bookings
   * @secure
   */
  export namespace GetAdminBookings {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * The number of a booking, at least four digits of a telephone number, or a part of a name
       * @example "Asha"
       */
      query?: string;
      /**
       * The day of the show
       * @format date
       */
      date?: string;
      show_id?: number;
      /**
       * How many at most; 50 if absent
       * @min 1
       * @max 100
       */
      limit?: number;
      /** `next` of the search that this one continues */
      before?: number;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        bookings: {
          booking_id: number;
          show_id: number;
          /** @format date */
          show_date: string;
          show_time: string;
          seat_numbers: string[];
          amount_paid: number;
          payment_type: "Card" | "Wallet" | "Cash";
          /** @format date-time */
          booking_time: string;
          status: "Pending" | "Confirmed" | "CheckedIn";
          customer_name: string;
          phone_number: string;
          /** Null of a walk-in */
          customer_username: string | null;
        }[];
        /** The `before` with which the search goes on; null where there are no older bookings */
        next: number | null;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin.
   * @tags booking
   * @name PostAdminCreateCustomerBooking
   * @summary Sell to a walk-in
   * @request POST:/admin/create-customer-booking
   * @secure
   */
  export namespace PostAdminCreateCustomerBooking {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      show_id: number;
      /** Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces */
      customer_name: string;
      /** Phone number must be exactly 10 digits */
      phone_number: string;
      /** @minItems 1 */
      seat_numbers: string[];
      amount_paid?: number | string;
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: {
        booking_id: number;
        show_id: number;
        /** @format date */
        show_date: string;
        show_time: string;
        seat_numbers: string[];
        amount_paid: number;
        payment_type: "Card" | "Wallet" | "Cash";
        /** @format date-time */
        booking_time: string;
        status: "Pending" | "Confirmed" | "CheckedIn";
        customer_name: string;
        phone_number: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Staff {
  /**
   * @description For the role admin or staff.
   * @tags admin
   * @name GetStaffProfile
   * @summary Staff profile
   * @request GET:/staff/profile
   * @secure
   */
  export namespace GetStaffProfile {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        username: string;
        name: string;
        counter_no: number | null;
        created_at: string | null;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace ChangePassword {
  /**
   * @description For every role: customer, staff, admin.
   * @tags auth
   * @name PostChangePassword
   * @summary Change the password
   * @request POST:/change-password
   * @secure
   */
  export namespace PostChangePassword {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Password must be at least 8 characters with at least one uppercase letter and one special character */
      current_password: string;
      /** Password must be at least 8 characters with at least one uppercase letter and one special character */
      new_password: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace ForgotPassword {
  /**
   * @description No login needed.
   * @tags auth
   * @name PostForgotPassword
   * @summary Reset the password
   * @request POST:/forgot-password
   * @secure
   */
  export namespace PostForgotPassword {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Invalid email format */
      email: string;
      reset_token: string;
      /** Password must be at least 8 characters with at least one uppercase letter and one special character */
      new_password: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace SecurityQuestions {
  /**
   * @description No login needed.
   * @tags security questions
   * @name GetSecurityQuestions
   * @summary Security questions
   * @request GET:/security-questions
   * @secure
   */
  export namespace GetSecurityQuestions {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        id: number;
        question: string;
      }[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description No login needed.
   * @tags security questions
   * @name GetSecurityQuestionsByEmail
   * @summary A customer's security question
   * @request GET:/security-questions/by-email
   * @secure
   */
  export namespace GetSecurityQuestionsByEmail {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example "asha@example.com" */
      email: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        question_id: number;
        question: string;
        email: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description No login needed.
   * @tags security questions
   * @name PostSecurityQuestionsByEmail
   * @summary A customer's security question
   * @request POST:/security-questions/by-email
   * @secure
   */
  export namespace PostSecurityQuestionsByEmail {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example "asha@example.com" */
      email?: string;
    };
    export type RequestBody = {
      email?: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        question_id: number;
        question: string;
        email: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description No login needed.
   * @tags security questions
   * @name PostSecurityQuestionsVerifySecurityAnswer
   * @summary Prove the answer to the security question
   * @request POST:/security-questions/verify-security-answer
   * @secure
   */
  export namespace PostSecurityQuestionsVerifySecurityAnswer {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Invalid email format */
      email: string;
      /** Security answer must be at least 3 characters long */
      security_answer: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** @format uuid */
        reset_token: string;
        expires_in_seconds: number;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace SecurityQuestion {
  /**
   * @description No login needed.
   * @tags security questions
   * @name GetSecurityQuestionByEmail
   * @summary A customer's security question
   * @request GET:/security-question/by-email
   * @deprecated
   * @secure
   */
  export namespace GetSecurityQuestionByEmail {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example "asha@example.com" */
      email: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        question_id: number;
        question: string;
        email: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description No login needed.
   * @tags security questions
   * @name PostSecurityQuestionByEmail
   * @summary A customer's security question
   * @request POST:/security-question/by-email
   * @deprecated
   * @secure
   */
  export namespace PostSecurityQuestionByEmail {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example "asha@example.com" */
      email?: string;
    };
    export type RequestBody = {
      email?: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        question_id: number;
        question: string;
        email: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace VerifySecurityAnswer {
  /**
   * @description No login needed.
   * @tags security questions
   * @name PostVerifySecurityAnswer
   * @summary Prove the answer to the security question
   * @request POST:/verify-security-answer
   * @deprecated
   * @secure
   */
  export namespace PostVerifySecurityAnswer {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Invalid email format */
      email: string;
      /** Security answer must be at least 3 characters long */
      security_answer: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** @format uuid */
        reset_token: string;
        expires_in_seconds: number;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Customer {
  /**
   * @description No login needed.
   * @tags customers
   * @name PostCustomerSignup
   * @summary Sign up
   * @request POST:/customer/signup
   * @secure
   */
  export namespace PostCustomerSignup {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces */
      name: string;
      /** Username must be 3-30 characters, lowercase, no spaces, cannot start with a number, no consecutive special characters */
      username: string;
      /** Password must be at least 8 characters with at least one uppercase letter and one special character */
      password: string;
      /** Phone number must be exactly 10 digits */
      number: string;
      /** Invalid email format */
      email: string;
      profile_img?: string;
      profile_img_sha?: string;
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      security_question_id: number;
      /** Security answer must be at least 3 characters long */
      security_answer: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        username: string;
        name: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags customers
   * @name GetCustomerProfile
   * @summary My profile
   * @request GET:/customer/profile
   * @secure
   */
  export namespace GetCustomerProfile {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        username: string;
        name: string;
        email: string;
        phone_number: string;
        security_question_exists: boolean;
        created_at: string | null;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags customers
   * @name PostCustomerUpdateProfile
   * @summary Change my profile
   * @request POST:/customer/update-profile
   * @secure
   */
  export namespace PostCustomerUpdateProfile {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces */
      name: string;
      /** Invalid email format */
      email: string;
      /** Phone number must be exactly 10 digits */
      phone_number: string;
      /** Security answer must be at least 3 characters long */
      security_answer: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        username: string;
        name: string;
        email: string;
        phone_number: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags customers
   * @name GetCustomerProfileImage
   * @summary A link to my picture
   * @request GET:/customer/profile-image
   * @secure
   */
  export namespace GetCustomerProfileImage {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** @format uri */
        presigned_url: string;
        /** @format date-time */
        expires_at: string;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags customers
   * @name PostCustomerUpdateProfileImage
   * @summary Change my picture
   * @request POST:/customer/update-profile-image
   * @secure
   */
  export namespace PostCustomerUpdateProfileImage {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /** Security answer must be at least 3 characters long */
      security_answer: string;
      profile_img: string;
      profile_img_sha: string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags wallet
   * @name GetCustomerWallet
   * @summary My wallet
   * @request GET:/customer/wallet
   * @secure
   */
  export namespace GetCustomerWallet {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Wallet;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags wallet
   * @name PostCustomerWalletAddFunds
   * @summary Top a wallet up
   * @request POST:/customer/wallet/add-funds
   * @secure
   */
  export namespace PostCustomerWalletAddFunds {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      amount?: number | string;
      card_number: string;
      cvv: string;
      expiry_month: string;
      expiry_year: string;
      cardholder_name: string;
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: Wallet;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags wallet
   * @name GetCustomerWalletTransactions
   * @summary History of my wallet
   * @request GET:/customer/wallet/transactions
   * @secure
   */
  export namespace GetCustomerWalletTransactions {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        transactions: {
          id: number;
          amount: number;
          transaction_type: "ADD" | "DEDUCT";
          booking_id?: number;
          transaction_id: string;
          /** @format date-time */
          timestamp: string;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name PostCustomerBookingInitialize
   * @summary Hold seats
   * @request POST:/customer/booking/initialize
   * @secure
   */
  export namespace PostCustomerBookingInitialize {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      show_id: number;
      /** @minItems 1 */
      seat_numbers: string[];
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: Hold;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name DeleteCustomerBookingByIdCancel
   * @summary Let a hold go
   * @request DELETE:/customer/booking/{id}/cancel
   * @secure
   */
  export namespace DeleteCustomerBookingByIdCancel {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name GetCustomerBookings
   * @summary My bookings
   * @request GET:/customer/bookings
   * @secure
   */
  export namespace GetCustomerBookings {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Booking[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name GetCustomerBookingsLatest
   * @summary My latest booking
   * @request GET:/customer/bookings/latest
   * @secure
   */
  export namespace GetCustomerBookingsLatest {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Booking | null;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name GetCustomerBookingById
   * @summary One of my bookings
   * @request GET:/customer/booking/{id}
   * @secure
   */
  export namespace GetCustomerBookingById {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        booking_id: number;
        show_id: number;
        /** @format date */
        show_date: string;
        show_time: string;
        seat_numbers: string[];
        amount_paid: number;
        payment_type: "Card" | "Wallet" | "Cash";
        /** @format date-time */
        booking_time: string;
        status: "Pending" | "Confirmed" | "CheckedIn";
        amount_due?: number;
        /** @format date-time */
        expires_at?: string;
        /** Of a hold with an end: until then; 0 while a payment, or an outcome that nobody knows, outlives it */
        time_remaining_ms?: number;
        /** Whether a payment is under way, or one has ended of which nobody knows whether it charged */
        payment: "none" | "under_way" | "unresolved";
        /** What can be done with it now */
        actions: ("pay" | "cancel" | "extend" | "ticket")[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name PostCustomerBookingByIdExtend
   * @summary More time to pay a hold, once
   * @request POST:/customer/booking/{id}/extend
   * @secure
   */
  export namespace PostCustomerBookingByIdExtend {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: {
        booking_id: number;
        /** @format date-time */
        expiration_time: string;
        time_remaining_ms: number;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name PostCustomerBookingPayment
   * @summary Pay a hold
   * @request POST:/customer/booking/payment
   * @secure
   */
  export namespace PostCustomerBookingPayment {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      booking_id: number;
      payment_method: "Card" | "Wallet";
      card_number?: string;
      cvv?: string;
      expiry_month?: string;
      expiry_year?: string;
      cardholder_name?: string;
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: PaidBooking;
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role customer.
   * @tags booking
   * @name PostCustomerBookingByIdPayment
   * @summary Pay a hold
   * @request POST:/customer/booking/{id}/payment
   * @deprecated
   * @secure
   */
  export namespace PostCustomerBookingByIdPayment {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = {
      payment_method: "Card" | "Wallet";
      card_number?: string;
      cvv?: string;
      expiry_month?: string;
      expiry_year?: string;
      cardholder_name?: string;
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: PaidBooking;
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Show {
  /**
   * @description For the role admin.
   * @tags shows
   * @name GetShowMovies
   * @summary The movies that shows can be made of
   * @request GET:/show/movies
   * @secure
   */
  export namespace GetShowMovies {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Movie[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin.
   * @tags shows
   * @name PostShow
   * @summary Schedule a show
   * @request POST:/show
   * @secure
   */
  export namespace PostShow {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      movieId?: string;
      /** @format date */
      date: string;
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      slotId?: number;
      cost?: number | string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        id: number;
        movie: string;
        slot: Slot;
        /** @format date */
        date: string;
        cost: number;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For every role: customer, staff, admin.
   * @tags shows
   * @name GetShow
   * @summary One show
   * @request GET:/show
   * @secure
   */
  export namespace GetShow {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example 1 */
      id: number;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Show;
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Shows {
  /**
   * @description For the role admin.
   * @tags shows
   * @name GetShowsMovies
   * @summary The movies that shows can be made of
   * @request GET:/shows/movies
   * @deprecated
   * @secure
   */
  export namespace GetShowsMovies {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Movie[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin.
   * @tags shows
   * @name PostShows
   * @summary Schedule a show
   * @request POST:/shows
   * @deprecated
   * @secure
   */
  export namespace PostShows {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      movieId?: string;
      /** @format date */
      date: string;
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      slotId?: number;
      cost?: number | string;
    };
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        id: number;
        movie: string;
        slot: Slot;
        /** @format date */
        date: string;
        cost: number;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For every role: customer, staff, admin.
   * @tags shows
   * @name GetShows
   * @summary Shows of a day
   * @request GET:/shows
   * @secure
   */
  export namespace GetShows {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * Today if absent. Customers may ask for today and the six days after it
       * @format date
       */
      date?: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Show[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For every role: customer, staff, admin.
   * @tags shows
   * @name GetShowsByShowIdSeatMap
   * @summary Seat map of a show
   * @request GET:/shows/{show_id}/seat-map
   * @secure
   */
  export namespace GetShowsByShowIdSeatMap {
    export type RequestParams = {
      /** @example 1 */
      showId: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        seat_map: Record<string, Seat[]>;
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For every role: customer, staff, admin.
   * @tags shows
   * @name GetShowsByShowIdSeatMapEvents
   * @summary Seat map as it changes (server-sent events)
   * @request GET:/shows/{show_id}/seat-map/events
   * @secure
   */
  export namespace GetShowsByShowIdSeatMapEvents {
    export type RequestParams = {
      /** @example 1 */
      showId: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = string;
  }
}

export namespace Posters {
  /**
   * @description No login needed.
   * @tags movies
   * @name GetPostersByMovieIdSvg
   * @summary The poster of a movie of the bundled catalogue
   * @request GET:/posters/{movieId}.svg
   */
  export namespace GetPostersByMovieIdSvg {
    export type RequestParams = {
      /** @example "tt0111161" */
      movieId: string;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = string;
  }
}

export namespace SlotAll {
  /**
   * @description For the role admin.
   * @tags shows
   * @name GetSlotAll
   * @summary All slots
   * @request GET:/slot-all
   * @secure
   */
  export namespace GetSlotAll {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Slot[];
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Slot {
  /**
   * @description For the role admin.
   * @tags shows
   * @name GetSlot
   * @summary Free slots of a day
   * @request GET:/slot
   * @secure
   */
  export namespace GetSlot {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * Today if absent
       * @format date
       * @example "2030-01-31"
       */
      date?: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: Slot[];
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Programme {
  /**
   * @description No login needed.
   * @tags shows
   * @name GetProgramme
   * @summary Shows of a day, without a login
   * @request GET:/programme
   * @secure
   */
  export namespace GetProgramme {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * Today if absent. Customers may ask for today and the six days after it
       * @format date
       */
      date?: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** @format date */
        date: string;
        /**
         * The day in the cinema, whose clock counts
         * @format date
         */
        today: string;
        shows: {
          movie: MovieOfShow;
          slot: Slot;
          id: number;
          /** @format date-time */
          date: string;
          cost: number;
          availableseats: number;
          /** @format date-time */
          startsAt: string;
          /** Whether its seats can no longer be booked */
          started: boolean;
          /** How many there are, taken or free */
          seats: number;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description No login needed.
   * @tags shows
   * @name GetProgrammeEvents
   * @summary Free seats of each show as they change, without a login (server-sent events)
   * @request GET:/programme/events
   * @secure
   */
  export namespace GetProgrammeEvents {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = string;
  }
}

export namespace Booking {
  /**
   * @description For every role: customer, staff, admin.
   * @tags booking
   * @name GetBookingByIdQr
   * @summary Ticket as a QR code
   * @request GET:/booking/{id}/qr
   * @secure
   */
  export namespace GetBookingByIdQr {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** PNG, in base64 */
        qr_code: string;
        mime_type: "image/png";
        encoding: "base64";
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For every role: customer, staff, admin.
   * @tags booking
   * @name GetBookingByIdPdf
   * @summary Ticket to print
   * @request GET:/booking/{id}/pdf
   * @secure
   */
  export namespace GetBookingByIdPdf {
    export type RequestParams = {
      /** @example 1 */
      id: number;
    };
    export type RequestQuery = {};
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        /** One A4 page, in base64 */
        pdf: string;
        mime_type: "application/pdf";
        encoding: "base64";
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace CheckIn {
  /**
   * @description For the role admin or staff.
   * @tags check-in
   * @name GetCheckInBookings
   * @summary Confirmed bookings, newest first
   * @request GET:/check-in/bookings
   * @secure
   */
  export namespace GetCheckInBookings {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example 1 */
      show_id?: number;
      /** @format date */
      date?: string;
      /**
       * How many at most
       * @min 1
       * @example 100
       */
      limit?: number;
      /** A booking id: only older bookings are listed */
      before?: number;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        id: number;
        /** @format date-time */
        date: string;
        show_id: number;
        customer_id: number | null;
        customer_username: string | null;
        no_of_seats: number;
        amount_paid: string;
        status: "Pending" | "Confirmed" | "CheckedIn";
        /** @format date-time */
        booking_time: string;
        payment_type: "Card" | "Wallet" | "Cash";
      }[];
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin or staff.
   * @tags check-in
   * @name PostCheckInBookings
   * @summary Check in many
   * @request POST:/check-in/bookings
   * @secure
   */
  export namespace PostCheckInBookings {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /**
       * @maxItems 100000
       * @minItems 1
       */
      booking_ids: number[];
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: {
        checked_in: number[];
        already_done: number[];
        invalid: number[];
        /** One for each ticket, in the order asked, repeated ids once */
        details: {
          /** Absent where a text has no number that can be read */
          booking_id?: number;
          outcome: "checked_in" | "already_done" | "invalid";
          /** Why it is invalid */
          reason?: "forged" | "not_paid" | "too_early" | "over" | "unknown";
          /**
           * When it was let in before, where that is known
           * @format date-time
           */
          at?: string;
          /** Who let it in then */
          by?: string;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin or staff.
   * @tags check-in
   * @name GetCheckInCount
   * @summary How many of a show are in, and how many are missing
   * @request GET:/check-in/count
   * @secure
   */
  export namespace GetCheckInCount {
    export type RequestParams = {};
    export type RequestQuery = {
      /** @example 1 */
      show_id: number;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        show_id: number;
        in: {
          bookings: number;
          seats: number;
        };
        missing: {
          bookings: number;
          seats: number;
        };
      };
      request_id: string;
      status: "SUCCESS";
    };
  }

  /**
   * @description For the role admin or staff.
   * @tags check-in
   * @name PostCheckInBooking
   * @summary Check in one, by its id or by its scanned ticket
   * @request POST:/check-in/booking
   * @secure
   */
  export namespace PostCheckInBooking {
    export type RequestParams = {};
    export type RequestQuery = {};
    export type RequestBody = {
      /**
       * @min -9007199254740992
       * @max 9007199254740992
       */
      booking_id?: number;
      /** The text of a QR code, instead of the id */
      ticket?: string;
    };
    export type RequestHeaders = {
      /**
       * A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike
       * @pattern ^("?)([A-Za-z0-9._-]{1,128})\1$
       */
      "idempotency-key"?: string;
    };
    export type ResponseBody = {
      message: string;
      data: {
        checked_in: number[];
        already_done: number[];
        invalid: number[];
        /** One for each ticket, in the order asked, repeated ids once */
        details: {
          /** Absent where a text has no number that can be read */
          booking_id?: number;
          outcome: "checked_in" | "already_done" | "invalid";
          /** Why it is invalid */
          reason?: "forged" | "not_paid" | "too_early" | "over" | "unknown";
          /**
           * When it was let in before, where that is known
           * @format date-time
           */
          at?: string;
          /** Who let it in then */
          by?: string;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace Revenue {
  /**
   * @description For the role admin.
   * @tags reports
   * @name GetRevenue
   * @summary Revenue, in groups named after the parameters in the order of the query
   * @request GET:/revenue
   * @secure
   */
  export namespace GetRevenue {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * `all` if absent. With month or year only `all`
       * @example "monthly"
       */
      timeframe?: "daily" | "weekly" | "monthly" | "yearly" | "all";
      /**
       * @min 1
       * @max 12
       */
      month?: number;
      /**
       * @min 1
       * @max 9999
       */
      year?: number;
      /**
       * The first day of booking, with `to`. In place of any look back; not with month or year
       * @format date
       */
      from?: string;
      /**
       * The last day of booking, 92 days from the first at most
       * @format date
       */
      to?: string;
      /** As in GET /show/movies */
      movie_id?: string;
      /** As in GET /slot-all */
      slot_id?: number;
      /**
       * A part of the movie's genres
       * @example "Drama"
       */
      genre?: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = {
      message: string;
      data: {
        total_revenue: number;
        mean_revenue: number;
        median_revenue: number;
        total_bookings: number;
        total_seats_booked: number;
        groups: {
          label: string;
          total_revenue: number;
          mean_revenue: number;
          median_revenue: number;
          total_bookings: number;
          total_seats_booked: number;
        }[];
      };
      request_id: string;
      status: "SUCCESS";
    };
  }
}

export namespace BookingCsv {
  /**
   * @description For the role admin or staff.
   * @tags reports
   * @name GetBookingCsv
   * @summary Bookings as CSV
   * @request GET:/booking-csv
   * @secure
   */
  export namespace GetBookingCsv {
    export type RequestParams = {};
    export type RequestQuery = {
      /**
       * @min 1
       * @max 12
       * @example 4
       */
      month?: number;
      /**
       * @min 1
       * @max 9999
       * @example 2025
       */
      year?: number;
      /**
       * `true`: for Excel, with a byte order mark, and telephone numbers as `="0123456789"` so that they keep their zeros
       * @example true
       */
      excel?: boolean;
      /**
       * The first day of booking, with `to`. In place of any look back; not with month or year
       * @format date
       */
      from?: string;
      /**
       * The last day of booking, 92 days from the first at most
       * @format date
       */
      to?: string;
      /** As in GET /show/movies */
      movie_id?: string;
      /** As in GET /slot-all */
      slot_id?: number;
      /**
       * A part of the movie's genres
       * @example "Drama"
       */
      genre?: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = string;
  }
}

export namespace Pictures {
  /**
   * @description No login needed. Key, end and signature as in the link that GET /customer/profile-image gives.
   * @tags customers
   * @name GetPictures
   * @summary A picture, by a signed link
   * @request GET:/pictures/{key}
   */
  export namespace GetPictures {
    export type RequestParams = {
      key: string;
    };
    export type RequestQuery = {
      expires: string;
      signature: string;
    };
    export type RequestBody = never;
    export type RequestHeaders = {};
    export type ResponseBody = Blob;
  }
}
