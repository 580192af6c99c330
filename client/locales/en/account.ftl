### Accounts: signing up and in, the account's page.

field-required = (required)
account-email = Email
account-password = Password
account-password-hint = 8 to 128 characters
sign-in-no-account = No account yet?
sign-in-already = You are signed in as { $email }.
sign-in-go-on = Go on
sign-up-lead = An account is all it takes to buy and to sell.
sign-up-known = Already have an account?
account-signed-in-as = Signed in as
account-change-password = Change password
account-change-password-lead = Everywhere else you are signed in, you will be signed out. Here you stay signed in.
account-current-password = Current password
account-new-password = New password
account-everywhere = Sign out everywhere
account-everywhere-lead = Ends every session of your account, on all devices, this one included. Do this if you have lost a device or left a session open somewhere.
notice-password-changed = Your password is changed. All other sessions have ended.
notice-signed-out-everywhere = You are signed out, here and everywhere else.
