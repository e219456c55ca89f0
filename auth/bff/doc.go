// Package bff signs people in to a web application. It has an [http.Handler] with all the pages and
// all the JSON of a sign-in at a Cognito user pool, and a middleware for the program's own
// handlers. The tokens stay on the server (a "back end for the front end"); the browser has a
// cookie.
//
//	handler, err := bff.New(bff.Config{Client: client, PublicURL: "https://app.example.com"})
//	mux.Handle("/auth/", handler)
//	mux.Handle("/", handler.Require(app)) // signed in, or to the sign-in page and back
//	mux.Handle("/payments", handler.Require(app, bff.MFA(5*time.Minute))) // step-up
//	person := bff.From(r.Context()) // the session, the claims, the factors proved
//
// # Routes
//
// Below [Config].Prefix, each with a page (GET) and its form (POST):
//
//	sign-in, step, remember                  sign in, step by step; remember the browser
//	redirect, redirect/callback              sign in at managed login, if Config.IdentityProviders has any
//	sign-up, confirm, confirm/resend         create an account
//	forgot, reset                            a forgotten password
//	verify, verify/confirm                   confirm an address
//	step-up                                  prove a factor again
//	sign-out                                 here, or everywhere
//	user                                     who is signed in; a use of the session, but with ?slide=false
//	account, account/factors, account/totp, account/password, account/details, account/devices,
//	account/passkeys, account/passkeys/start, account/passkeys/complete
//
// A script that sends "Accept: application/json" gets the same as JSON: the steps of Amplify, and
// errors with their name and a sentence. It has to send the header X-Requested-With, and to post
// JSON of the form's fields. A step has an id, stepId, which its answer repeats.
//
// # Pages
//
// Every step has a page, which works without JavaScript; passkeys need it. A page is made from the
// state of the session, so a reload, the Back button and a second tab are safe. It is in the
// language that the browser asks for. [Config] can replace texts, colours and templates, one page
// at a time; a [Page] is what a template gets. Styles and scripts come from the handler, and
// nothing comes from elsewhere.
//
// # What it protects from
//
//   - Stolen and fixed session ids. Ids are random, 256 bits, and stored as hashes. An id that is
//     not known is never adopted. Before and after the sign-in they are in different cookies. Each
//     sign-in, each step-up and each change of factors makes a new id and ends the old one at once:
//     a request under way with the old id is answered as if nobody were signed in.
//   - Other sites. Requests that change something have to come from the program's own pages. Pages
//     may not be framed, run no foreign script and are not cached.
//   - Guessing. Passwords, codes and messages are limited before Cognito is asked, for each name
//     and each address.
//   - Enumeration of accounts. By default nobody learns who has one, even where Cognito would say
//     so. Answers take the same time in both cases, rounded up to steps of 400 milliseconds.
//   - Attributes that people may not set. Only those that [Config] lists or Cognito asks for are
//     accepted.
//
// If AWS WAF in front of the pool asks for a CAPTCHA, the handler answers 403 and says so. AWS's
// script is not allowed on these pages: put it on a page of the program's own, on the same host.
// Its cookie, aws-waf-token, is passed on to Cognito.
//
// A program of several processes needs a Store and a Limiter that they share, such as those of
// package redisstore. The processes keep nothing else, so each of them can answer the next step.
//
// # Compatibility
//
// Paths, fields, the names of pages, parts and files in [Config].Templates, and the variables at
// the top of style.css are part of the interface of this package; texts and markup are not.
package bff
