"""Addresses of people: signing in, my account, roles and organisations at the desk."""

from django.urls import path

from lingju.people.pages import me, organisations, roles, signing

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.sign_in_code, name="sign_in_code"),
    path("sign-in/new/", signing.sign_in_new, name="sign_in_new"),
    path("sign-in/second/", signing.sign_in_second, name="sign_in_second"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/consent/", me.my_consent, name="my_consent"),
    path("me/data/", me.my_data_listed, name="my_data_listed"),
    path("me/data.json", me.my_data, name="my_data"),
    path("me/password/", me.my_password, name="my_password"),
    path("me/phone/", me.my_phone, name="my_phone"),
    path("me/second-factor/", me.my_second_factor, name="my_second_factor"),
    path("me/second-factor/change/", me.my_second_factor_change, name="my_second_factor_change"),
    path("me/sessions/end/", me.my_sessions_end, name="my_sessions_end"),
    path("me/close/", me.my_account_close, name="my_account_close"),
    path("desk/roles/", roles.roles, name="roles"),
    path("desk/roles/account/", roles.role_account, name="role_account"),
    path("desk/roles/grant/<int:account_id>/", roles.role_grant, name="role_grant"),
    path("desk/roles/revoke/<int:holding_id>/", roles.role_revoke, name="role_revoke"),
    path("desk/roles/reset/<int:account_id>/", roles.role_factor_reset, name="role_factor_reset"),
    path("desk/organisations/", organisations.desk_organisations, name="desk_organisations"),
    path("desk/organisations/new/", organisations.desk_organisation_new, name="desk_organisation_new"),
    path(
        "desk/organisations/<int:organisation_id>/",
        organisations.desk_organisation,
        name="desk_organisation",
    ),
]
