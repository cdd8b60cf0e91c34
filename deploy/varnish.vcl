# Rotative behind Varnish (6.0 or newer): a cache in front of nginx or of `rotative serve`.
#
#   cp deploy/varnish.vcl /etc/varnish/default.vcl           and edit the lines marked EDIT
#   varnishd -C -f /etc/varnish/default.vcl                  checks it
#   varnishd … -p http_gzip_support=off                      lets Brotli through: pages are compressed already
#
# Varnish is told which pages have changed (PURGE). Whatever it was not told is fetched anew after a minute.

vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";                # EDIT
    .port = "8000";                     # EDIT
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 10s;
    .probe = { .url = "/robots.txt"; .interval = 5s; .timeout = 2s; .initial = 8; }
}

# Who may purge.
acl publishers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ publishers) {
            return (synth(405, "Method Not Allowed"));
        }
        return (purge);
    }

    # The newsroom is kept out, and what is sent goes through.
    if (req.url ~ "^/redaction([/?]|$)" || (req.method != "GET" && req.method != "HEAD")) {
        return (pass);
    }

    # A page is the same for everybody, whoever sent them.
    unset req.http.Cookie;
    unset req.http.Authorization;
    if (req.url ~ "\?") {
        set req.url = regsuball(req.url, "(?<=[?&])(utm_[A-Za-z_]+|fbclid|gclid)=[^&]*(&|$)", "");
        set req.url = regsub(req.url, "[?&]$", "");
    }

    # There is one copy an encoding: three spellings instead of a hundred.
    if (req.http.Accept-Encoding ~ "(^|[ ,])br *($|,|; *q=(1|0\.0*[1-9]))") {
        set req.http.Accept-Encoding = "br";
    } else if (req.http.Accept-Encoding ~ "(^|[ ,])gzip *($|,|; *q=(1|0\.0*[1-9]))") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    # While the server answers, an old page is shown for ten minutes at most, and a new one fetched behind it.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 10m;
    }
    return (hash);
}

sub vcl_backend_response {
    if (beresp.status >= 500) {
        # A failure does not take the place of a page that is still there.
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
    if (beresp.http.Set-Cookie || beresp.http.Cache-Control ~ "no-store|private") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;          # for so long it is not tried again whether it can be kept
        return (deliver);
    }
    # While the server does not answer, pages are shown for a day.
    set beresp.grace = 24h;
    return (deliver);
}
