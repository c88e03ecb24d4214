package demo;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;

@Path("/")
public class Resource {
    @GET
    public String home() {
        return "ok";
    }

    @GET
    @Path("hello/{name}")
    public String hello(@PathParam("name") String name) {
        return "hello " + name;
    }

    @GET
    @Path("items/{id}")
    public Response item(@PathParam("id") String id) {
        return Response.status(404).build();
    }

    @POST
    @Path("items")
    public Response create() {
        return Response.status(201).build();
    }

    @GET
    @Path("slow")
    public String slow(@QueryParam("ms") @DefaultValue("120") long ms) throws InterruptedException {
        Thread.sleep(ms);
        return "ok";
    }

    @GET
    @Path("boom")
    public Response boom() {
        return Response.status(500).build();
    }
}
