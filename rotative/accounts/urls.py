"""Addresses of the newsroom's door that stand before Wagtail's own, under Wagtail's names."""

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.utils.urlpatterns import decorate_urlpatterns

from rotative.accounts import views

urlpatterns = decorate_urlpatterns(
    [
        path("login/", views.SignInView.as_view(), name="wagtailadmin_login"),
        path("logout/", views.sign_out, name="wagtailadmin_logout"),
        path("password_reset/", views.LimitedPasswordResetView.as_view(), name="wagtailadmin_password_reset"),
    ],
    never_cache,
)
